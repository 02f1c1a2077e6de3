"""Spanish sentences of `Message`, by key."""

SPANISH = {
    "text": "{text}",
    # por qué un archivo no es una foto
    "empty_file": "archivo vacío (0 bytes)",
    "side_too_short": "{width}x{height} píxeles, el lado menor no llega a {least}",
    "too_many_pixels": "{width}x{height} píxeles, más que el límite de {most}",
    "too_many_bytes": "{size} bytes, más que el límite de {most}",
    "no_image": "no es una imagen (empieza por {head})",
    "cut_short": "está cortada: {text}",
    "broken_image": "imagen estropeada: {text}",
    # la posición de un bloque EXIF
    "no_exif_position": "sin posición EXIF",
    "unreadable": "no se puede leer: {why}",
    "impossible_position": "posición EXIF imposible: {why}",
    "null_island": "exactamente 0° N 0° E, lo que escriben las cámaras sin señal GPS",
    "latitude": "latitud",
    "longitude": "longitud",
    "part_missing": "falta la {part}",
    "no_hemisphere": "{part} sin hemisferio ({first} o {second})",
    "no_such_hemisphere": "{part} sin hemisferio ({first} o {second}): {found!r}",
    "part_of_no_degrees": "{part} {found}",
    "part_of_no_minutes": "{part} de {found} (grados, minutos, segundos)",
    "part_off_the_globe": "{part} de {found:g} grados",
    # una posición declarada
    "nothing_claimed": "no se declaran coordenadas",
    "on_no_globe": "las coordenadas declaradas {latitude:g}, {longitude:g} no están en el globo",
    "this_photo": "esta foto",
    "the_photo": "la foto",
    "the_second_photo": "la segunda foto",
    "taken_at": "{name}: tomada a {metres:.0f} m de la posición declarada",
    "not_placed": "{name}: {why}",
    "looks_taken_there": "la posición declarada cuadra con el aspecto de {name} mejor que el {percentile:.1%} de "
    "los lugares del mundo ({factor:.2g} veces tan probable como el lugar medio)",
    # la clase
    "shows_none": "no muestra ninguna de las clases ({names}); la más cercana es {top}",
    "shows": "muestra {top} ({probability:.0%})",
    "shows_as_claimed": "muestra {top} ({probability:.0%}), como se dice",
    "shows_another": "muestra {top} ({probability:.0%}), no {claimed} ({share:.1%})",
    # el texto
    "no_text": "no hay título ni descripción",
    "no_other_texts": "sin comprobar: ningún punto existente tiene título o descripción con que comparar",
    "fits_better_than": "título y descripción encajan mejor que el {share:.0%} de {count} textos de otros puntos",
    # un duplicado
    "no_claim_to_be_near": "sin comprobar: sin coordenadas no se sabe qué puntos están cerca",
    "nothing_near": "no hay ningún punto cerca",
    "one_near": "1 foto de puntos existentes a menos de {within:.0f} m; la más parecida es {name}, a {metres:.0f} m "
    "({likeness})",
    "several_near": "{count} fotos de puntos existentes a menos de {within:.0f} m; la más parecida es {name}, a "
    "{metres:.0f} m ({likeness})",
    "cosine": "coseno {cosine:.2f}",
    "same_object": "el mismo objeto con una probabilidad del {probability:.0%}",
    # la calidad
    "good_photo": "nítida, bien iluminada y de tamaño suficiente",
    "blurred": "borrosa ({blur:.2f} en una escala de 0 a 1; hasta {most:g} es bastante nítida)",
    "dark": "oscura (luminancia media {brightness:.0%}; se espera al menos {least:.0%})",
    "overexposed": "quemada (luminancia media {brightness:.0%}; se espera como mucho {most:.0%})",
    "small": "pequeña ({width} x {height} píxeles; el lado menor debería tener {least})",
}
