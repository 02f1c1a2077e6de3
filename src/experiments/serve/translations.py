"""Every word of the pages in Spanish and English."""

WORDS: dict[str, dict[str, str]] = {
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
    "label": {"es": "Clase que se dice", "en": "Claimed class"},
    "any": {"es": "ninguna", "en": "none"},
    "optional": {"es": "opcional", "en": "optional"},
    "drop": {"es": "Elige una foto o suéltala aquí.", "en": "Choose a photo or drop it here."},
    "kept": {
        "es": "Nada de lo que envías se guarda después de la respuesta.",
        "en": "Nothing that you send is kept after the answer.",
    },
    "send": {"es": "Revisar", "en": "Review"},
    "result": {"es": "Resultado", "en": "Result"},
    "accept": {"es": "aceptar", "en": "accept"},
    "ask": {"es": "preguntar a una persona", "en": "ask a person"},
    "reject": {"es": "rechazar", "en": "reject"},
    "acceptable": {"es": "probabilidad de ser aceptable", "en": "probability of being acceptable"},
    "uncalibrated": {
        "es": "sin calibración toda propuesta es para una persona (calibration=ID)",
        "en": "without a calibration every proposal is for a person (calibration=ID)",
    },
    "found": {"es": "Lo que vio cada comprobación", "en": "What the checks found"},
    "check": {"es": "comprobación", "en": "check"},
    "finding": {"es": "hallazgo", "en": "finding"},
    "fault": {"es": "probabilidad de fallo", "en": "probability of a fault"},
    "class_check": {"es": "clase", "en": "class"},
    "text_check": {"es": "texto", "en": "text"},
    "duplicate_check": {"es": "duplicado", "en": "duplicate"},
    "place_check": {"es": "lugar", "en": "place"},
    "quality_check": {"es": "calidad", "en": "quality"},
    "near": {"es": "el punto cercano más parecido", "en": "most alike near by"},
    "query": {"es": "Texto", "en": "Text"},
    "by_text": {"es": "Por un texto", "en": "By a text"},
    "by_photo": {"es": "Por una foto", "en": "By a photo"},
    "go": {"es": "Buscar", "en": "Search"},
    "best": {"es": "Los mejores puntos", "en": "The best points"},
    "nothing": {"es": "No hay puntos en los que buscar.", "en": "There are no points to search."},
    "cosine": {"es": "coseno", "en": "cosine"},
    "no_map": {
        "es": "No se ha indicado ningún mapa (photo_map=ID de task=cluster). Los puntos que hay:",
        "en": "No map was named (photo_map=ID of task=cluster). The points that there are:",
    },
    "more": {"es": "y {count} más", "en": "and {count} more"},
    "open_map": {"es": "Abrir el mapa en toda la ventana", "en": "Open the map in the whole window"},
    "wrong": {"es": "No se pudo", "en": "That did not work"},
    "no_photo": {"es": "Falta la foto: elige un archivo.", "en": "There is no photo: choose a file."},
    "one_photo": {"es": "Aquí cabe una sola foto.", "en": "One photo only, please."},
    "bad_photo": {"es": "El archivo no da una foto: {reason}", "en": "The file gives no photo: {reason}"},
    "too_large": {
        "es": "Las fotos pesan demasiado: {most} MB entre todas como mucho.",
        "en": "The photos are too large: {most} MB together at most.",
    },
    "no_length": {"es": "La petición no dice cuánto pesa.", "en": "The request does not say how large it is."},
    "no_form": {"es": "El formulario no se entiende.", "en": "The form cannot be understood."},
    "too_long": {"es": "Demasiado largo: {most} letras como mucho.", "en": "Too long: {most} letters at most."},
    "no_text": {"es": "Escribe qué buscas.", "en": "Write what you look for."},
    "bad_text": {"es": "Con este texto no se puede: {reason}", "en": "This text does not work: {reason}"},
    "bad_coordinates": {
        "es": "Se esperan dos números: latitud, longitud; por ejemplo 42.88, -8.54.",
        "en": "Two numbers are expected: latitude, longitude; for example 42.88, -8.54.",
    },
    "no_globe": {
        "es": "La latitud va de -90 a 90 y la longitud de -180 a 180.",
        "en": "Latitudes go from -90 to 90 and longitudes from -180 to 180.",
    },
}
LANGUAGES = ("es", "en")


def in_language(language: str) -> dict[str, str]:
    """The words of a language by key."""
    return {key: said[language] for key, said in WORDS.items()}


def preferred(accepted: str) -> str:
    """The language that a browser's Accept-Language puts first of those that there are; English else."""
    for part in accepted.lower().split(","):
        if part.strip()[:2] in LANGUAGES:
            return part.strip()[:2]
    return "en"
