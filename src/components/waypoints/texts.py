"""Titles and descriptions in Spanish and English, made from the same traits as the images."""

import numpy as np

from components.waypoints.settings import Setting
from components.waypoints.site import Traits
from components.waypoints.vocabulary import Words, translate

Pair = tuple[str, str]

_TITLES: dict[str, tuple[Pair, ...]] = {
    "camino_santiago": (
        ("Mojón del Camino en {town}", "Camino marker in {town}"),
        ("Hito jacobeo de {name}", "Way of Saint James milestone at {name}"),
        ("Camino de Santiago: {town}", "Camino de Santiago: {town}"),
        ("Señal jacobea junto a {name}", "Scallop shell waymark near {name}"),
        ("Flecha amarilla de {name}", "Yellow arrow at {name}"),
    ),
    "cartel": (
        ("Panel informativo {name}", "Information board: {name}"),
        ("Cartel de {name}", "{name} sign board"),
        ("Panel sobre {topic}", "Board about {topic}"),
        ("Cartel informativo de {town}", "Information panel in {town}"),
        ("{name}: {topic}", "{name}: {topic}"),
    ),
    "marcador": (
        ("Marcador de ruta {trail}", "{trail} trail marker"),
        ("Baliza del sendero {trail} en {town}", "{trail} path waymark in {town}"),
        ("Señal del sendero {name}", "{name} trail sign"),
        ("Poste del {trail} junto a {name}", "{trail} post near {name}"),
    ),
    "parque": (
        ("Parque infantil {name}", "{name} playground"),
        ("Zona de juegos de {town}", "Play area in {town}"),
        ("Juegos infantiles en {name}", "Children's playground at {name}"),
        ("Área infantil {name}", "{name} children's area"),
    ),
    "gym": (
        ("Gimnasio al aire libre {name}", "{name} outdoor gym"),
        ("Aparatos de gimnasia en {town}", "Exercise machines in {town}"),
        ("Parque biosaludable {name}", "{name} fitness park"),
    ),
    "mural": (
        ("Mural de {motif}", "Mural of {motif}"),
        ("Grafiti en {name}", "Graffiti at {name}"),
        ("Arte urbano en {town}: {motif}", "Street art in {town}: {motif}"),
    ),
    "fountain": (
        ("Fuente de {name}", "{name} fountain"),
        ("Fuente pública de {town}", "Public fountain in {town}"),
        ("La fuente de {material} de {name}", "The {material} fountain at {name}"),
    ),
    "pool": (
        ("Piscina municipal de {town}", "{town} municipal swimming pool"),
        ("Piscina {name}", "{name} swimming pool"),
        ("Piscina de verano en {town}", "Summer pool in {town}"),
    ),
    "church": (
        ("Iglesia de {town}", "Church of {town}"),
        ("Templo de {name}", "{name} church"),
        ("Iglesia de {material} en {town}", "Church of {material} in {town}"),
    ),
    "sculpture": (
        ("Escultura de {material}: {form}", "{form}: sculpture of {material}"),
        ("Monumento en {name}", "Monument at {name}"),
        ("Escultura en {town}", "Sculpture in {town}"),
    ),
    "court": (
        ("Pista de {sport} {name}", "{name} {sport} court"),
        ("Cancha de {sport} de {town}", "{sport} court in {town}"),
        ("Pista deportiva {name}", "{name} sports court"),
    ),
}

_DESCRIPTIONS: dict[str, tuple[Pair, ...]] = {
    "camino_santiago": (
        (
            "Mojón de {material} con la concha del Camino de Santiago y {arrow} que apunta {direction}. {extra}",
            "Way marker of {material} with the scallop shell of the Camino and {arrow} pointing {direction}. {extra}",
        ),
        (
            "Señal jacobea de {material}: concha de vieira y {arrow}. {extra}",
            "Waymark of {material} on the Way of Saint James: scallop shell and {arrow}. {extra}",
        ),
        (
            "Los peregrinos siguen {direction} por este hito de {material} con concha y {arrow}.",
            "Pilgrims go {direction} at this marker of {material} with a shell and {arrow}.",
        ),
    ),
    "cartel": (
        (
            "Panel de {material} {frame}, de color {colour}, que explica {topic}. Muestra {shows}.",
            "Information board of {material} {frame}, in {colour}, explaining {topic}. It shows {shows}.",
        ),
        (
            "Cartel informativo {frame} sobre {topic}, con {shows} y cabecera de color {colour}.",
            "Information sign {frame} about {topic}, with {shows} and a {colour} heading.",
        ),
        ("Cartel de {material} con {shows} sobre {topic}.", "A board of {material} with {shows} about {topic}."),
    ),
    "marcador": (
        (
            "Marcador de ruta del {trail}: {style} de {material}, marcas {paint}.",
            "Trail marker of the {trail}: {style}, {material}, with {paint} marks.",
        ),
        (
            "Baliza de senderismo, {style} de {material}, con las franjas {paint} del {trail}.",
            "Hiking waymark, a {material} {style}, with the {paint} stripes of the {trail}.",
        ),
        (
            "Indica a los senderistas por dónde sigue el {trail}; marcas {paint} sobre {material}.",
            "It tells hikers where the {trail} goes on; {paint} marks on {material}.",
        ),
    ),
    "parque": (
        (
            "Parque infantil con {piece} y {also} sobre suelo de {ground}, en {palette}. {fence}",
            "Playground with {piece} and {also} on a floor of {ground}, in {palette}. {fence}",
        ),
        (
            "Zona de juegos para niños: {piece}, {also} y suelo de {ground}.",
            "Children's play area: {piece}, {also} and a floor of {ground}.",
        ),
        ("Los niños tienen aquí {piece} y {also}. {fence}", "Children have {piece} and {also} here. {fence}"),
    ),
    "gym": (
        (
            "Gimnasio al aire libre en {palette} con {piece} y {also}, suelo de {ground}.",
            "Outdoor gym in {palette} with {piece} and {also}, floor of {ground}.",
        ),
        (
            "Aparatos para mayores: {piece}, {also} y más, pintados en {palette}.",
            "Exercise machines for adults: {piece}, {also} and more, painted {palette}.",
        ),
    ),
    "mural": (
        (
            "Mural pintado sobre un muro de {wall} que representa {motif}, con fondo de color {colour}.",
            "Mural painted on a wall of {wall} showing {motif}, on a {colour} background.",
        ),
        ("Grafiti de gran tamaño: {motif} sobre color {colour}.", "Large graffiti: {motif} on {colour}."),
    ),
    "fountain": (
        ("{style} de {material}, con agua todo el año.", "A {style}, made of {material}, with water all year round."),
        ("Fuente de agua de {material}: {style}.", "Water fountain of {material}: {style}."),
    ),
    "pool": (
        (
            "Piscina {style} {lanes}, con sombrillas de color {colour}.",
            "A {style} swimming pool {lanes}, with {colour} parasols.",
        ),
        ("Piscina al aire libre, {style}, {lanes}.", "Open-air pool, {style}, {lanes}."),
    ),
    "church": (
        ("{style} construida con {material}.", "A {style} built of {material}."),
        ("Edificio religioso: {style}, de {material}.", "A religious building: {style}, of {material}."),
    ),
    "sculpture": (
        (
            "Escultura de {material} que representa {form}, sobre un pedestal de {base}.",
            "Sculpture of {material} representing {form}, on a pedestal of {base}.",
        ),
        ("Obra en {material}: {form}.", "A work in {material}: {form}."),
    ),
    "court": (
        ("Pista de {sport} con suelo de {ground}, {fence}.", "A {sport} court with a floor of {ground}, {fence}."),
        (
            "Pista deportiva al aire libre para jugar a {sport}, suelo de {ground}.",
            "Open-air court for playing {sport}, floor of {ground}.",
        ),
    ),
}

_LOCATIONS: tuple[Pair, ...] = (
    ("Está {setting}, en {town}.", "It stands {setting}, in {town}."),
    (
        "Se encuentra {setting} en {name} ({town}), entre {species}.",
        "Found {setting} at {name} ({town}), among {species}.",
    ),
    (
        "En {town} ({region}), {setting}; suelo de {base} alrededor.",
        "In {town} ({region}), {setting}; {base} around it.",
    ),
    ("{name}, {town}.", "{name}, {town}."),
    ("", ""),
)


def _words(kind: str, facts: Traits) -> dict[str, Words]:
    """Return the traits in both languages, in the form that the sentences need."""
    words = {key: translate(value) for key, value in facts.items()}
    if kind == "cartel":
        words["frame"] = translate("metal frame" if facts["style"] == "metal" else facts["style"])
    elif kind == "marcador":
        words["paint"] = translate(f"{facts['paint']} stripes")
    elif kind == "parque" and facts["palette"] in ("wood", "steel"):
        words["palette"] = translate(f"{facts['palette']} palette")
    elif kind == "court" and facts["fence"] == "no fence":
        words["fence"] = ("abierta a todos", "open to all")
    return words


def _fill(pair: Pair, words: dict[str, Words], language: int) -> str:
    text = " ".join(pair[language].format(**{key: both[language] for key, both in words.items()}).split())
    return text[:1].upper() + text[1:]


def texts(
    kind: str, facts: Traits, setting: Setting, location: dict[str, str], random: np.random.Generator
) -> dict[str, str]:
    """Write the title and the description of one photo.

    Args:
        kind: Key of `kinds.KINDS`.
        facts: Traits of the object.
        setting: Setting of the object.
        location: Keys `town`, `region` and `name` (of a street, a stream, ...).
        random: Chooses the sentences; both languages use the same.

    Returns:
        `title_es`, `title_en`, `description_es`, `description_en`.
    """
    template = "gym" if facts.get("style") == "outdoor gym" else kind
    words = _words(kind, facts) | {key: (value, value) for key, value in location.items()}
    words |= {
        "setting": translate(setting.name),
        "species": translate(setting.species),
        "base": translate(setting.base),
    }
    title = _TITLES[template][int(random.integers(len(_TITLES[template])))]
    description = _DESCRIPTIONS[template][int(random.integers(len(_DESCRIPTIONS[template])))]
    surroundings = _LOCATIONS[int(random.integers(len(_LOCATIONS)))]
    made: dict[str, str] = {}
    for language, code in enumerate(("es", "en")):
        made[f"title_{code}"] = _fill(title, words, language)
        parts = (_fill(description, words, language), _fill(surroundings, words, language))
        made[f"description_{code}"] = " ".join(part for part in parts if part)
    return made
