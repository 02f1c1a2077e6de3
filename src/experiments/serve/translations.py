"""The texts of the pages in Spanish and English."""

TEXTS: dict[str, dict[str, str]] = {
    "review": {"es": "Revisar una propuesta", "en": "Review a proposal"},
    "search": {"es": "Buscar", "en": "Search"},
    "map": {"es": "Mapa de las fotos", "en": "Map of the photos"},
    "pages": {"es": "Páginas", "en": "Pages"},
    "skip": {"es": "Ir al contenido", "en": "Skip to the content"},
    "other": {"es": "English", "en": "Español"},
    "photo": {"es": "Foto", "en": "Photo"},
    "second": {"es": "Segunda foto", "en": "Second photo"},
    "title": {"es": "Título", "en": "Title"},
    "description": {"es": "Descripción", "en": "Description"},
    "coordinates": {"es": "Coordenadas", "en": "Coordinates"},
    "coordinates_hint": {"es": "latitud, longitud: 42.88, -8.54", "en": "latitude, longitude: 42.88, -8.54"},
    "label": {"es": "Clase declarada", "en": "Claimed class"},
    "any": {"es": "ninguna", "en": "none"},
    "optional": {"es": "opcional", "en": "optional"},
    "drop": {"es": "Elige una foto o suéltala aquí.", "en": "Choose a photo or drop it here."},
    "kept": {
        "es": "Nada de lo que envías se guarda después de la respuesta.",
        "en": "Nothing that you send is stored after the answer.",
    },
    "send": {"es": "Revisar", "en": "Review"},
    "result": {"es": "Resultado", "en": "Result"},
    "accept": {"es": "aceptar", "en": "accept"},
    "ask": {"es": "preguntar a una persona", "en": "ask a person"},
    "reject": {"es": "rechazar", "en": "reject"},
    "acceptable": {"es": "probabilidad de ser aceptable", "en": "probability of being acceptable"},
    "uncalibrated": {
        "es": "sin calibración decide siempre una persona (calibration=ID)",
        "en": "without a calibration a person decides every proposal (calibration=ID)",
    },
    "found": {"es": "Resultado de cada comprobación", "en": "Results of the checks"},
    "check": {"es": "comprobación", "en": "check"},
    "finding": {"es": "hallazgo", "en": "finding"},
    "fault": {"es": "probabilidad de fallo", "en": "probability of a fault"},
    "class_check": {"es": "clase", "en": "class"},
    "text_check": {"es": "texto", "en": "text"},
    "duplicate_check": {"es": "duplicado", "en": "duplicate"},
    "place_check": {"es": "lugar", "en": "place"},
    "quality_check": {"es": "calidad", "en": "quality"},
    "nearest": {"es": "el punto cercano más parecido", "en": "the most similar point nearby"},
    "query": {"es": "Texto", "en": "Text"},
    "by_text": {"es": "Por texto", "en": "By text"},
    "by_photo": {"es": "Por foto", "en": "By photo"},
    "go": {"es": "Buscar", "en": "Search"},
    "best": {"es": "Los puntos más parecidos", "en": "The most similar points"},
    "nothing": {"es": "No hay puntos en los que buscar.", "en": "There are no points to search."},
    "cosine": {"es": "coseno", "en": "cosine"},
    "no_map": {
        "es": "No hay mapa (photo_map=ID de una ejecución de task=cluster). Los puntos existentes:",
        "en": "There is no map (photo_map=ID of a run of task=cluster). The existing points:",
    },
    "more": {"es": "y {count} más", "en": "and {count} more"},
    "open_map": {"es": "Abrir el mapa en toda la ventana", "en": "Open the map in the full window"},
    "wrong": {"es": "Error", "en": "Error"},
    "no_photo": {"es": "Falta la foto: elige un archivo.", "en": "A photo is required: choose a file."},
    "one_photo": {"es": "Aquí cabe una sola foto.", "en": "Choose one photo only."},
    "bad_photo": {
        "es": "El archivo no se puede leer como foto: {reason}",
        "en": "The file cannot be read as a photo: {reason}",
    },
    "too_large": {
        "es": "Las fotos pesan demasiado: {most} MB entre todas como mucho.",
        "en": "The photos are too large: at most {most} MB in total.",
    },
    "no_length": {"es": "La petición no tiene Content-Length.", "en": "The request has no Content-Length."},
    "no_form": {"es": "El formulario no se puede leer.", "en": "The form cannot be read."},
    "too_long": {"es": "Demasiado largo: {most} caracteres como mucho.", "en": "Too long: at most {most} characters."},
    "no_text": {"es": "Escribe qué buscas.", "en": "Enter a text to search for."},
    "bad_text": {"es": "Este texto no se puede usar: {reason}", "en": "This text cannot be used: {reason}"},
    "bad_coordinates": {
        "es": "Se esperan dos números: latitud, longitud; por ejemplo 42.88, -8.54.",
        "en": "Expected two numbers, latitude and longitude: for example 42.88, -8.54.",
    },
    "out_of_range": {
        "es": "La latitud va de -90 a 90 y la longitud de -180 a 180.",
        "en": "Latitude must be from -90 to 90, and longitude from -180 to 180.",
    },
}
LANGUAGES = ("es", "en")


def translations(language: str) -> dict[str, str]:
    """Return the texts of a language by key."""
    return {key: texts[language] for key, texts in TEXTS.items()}


def preferred_language(accepted: str) -> str:
    """Return the first language of an Accept-Language header that the pages have; English if it has none."""
    for part in accepted.lower().split(","):
        if part.strip()[:2] in LANGUAGES:
            return part.strip()[:2]
    return "en"
