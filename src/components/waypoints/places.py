"""Seven regions of Spain: their towns with coordinates, landscape, weather, buildings and habits of marking ways."""

import math
from dataclasses import dataclass

from components.waypoints.light import WEATHERS
from components.waypoints.solids import Colour

METRES_PER_DEGREE = 111_320.0
"""Length of one degree of latitude."""


@dataclass(frozen=True)
class Town:
    """A town and its centre, degrees WGS 84."""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Region:
    """What differs between one part of the country and another.

    Attributes:
        name: What the manifest's `group` says.
        towns: Where its objects stand.
        names: Streets, streams, parks and hills that texts mention.
        species: Its trees.
        dry: How likely grass is dry, 0 to 1.
        rural: Factor on the likelihood of trails, woods and meadows.
        weather: Likelihood of each of `light.WEATHERS`.
        tint: Factor on the colour of its ground.
        hills: Height of its hills above the horizon, as a tangent.
        hill_colour: Their colour.
        building: One of `buildings.STYLES`.
        waymarks: Styles of its Camino stones, out of `way_markers.STYLES`.
        boards: Styles of its information boards, out of `boards.STYLES`.
        trails: Colours of its trail markers, out of `trail_markers.PAINTS`.
        play: Palettes of its playgrounds, out of `playgrounds.PALETTES`.
    """

    name: str
    towns: tuple[Town, ...]
    names: tuple[str, ...]
    species: tuple[str, ...]
    dry: float
    rural: float
    weather: tuple[float, ...]
    tint: tuple[float, float, float]
    hills: float
    hill_colour: Colour
    building: str
    waymarks: tuple[str, ...]
    boards: tuple[str, ...]
    trails: tuple[str, ...]
    play: tuple[str, ...]


REGIONS: tuple[Region, ...] = (
    Region(
        "Galicia",
        (
            Town("Sarria", 42.7769, -7.4142),
            Town("Portomarín", 42.8075, -7.6160),
            Town("Palas de Rei", 42.8730, -7.8690),
            Town("Melide", 42.9147, -8.0148),
            Town("Arzúa", 42.9265, -8.1643),
            Town("O Pedrouzo", 42.9045, -8.3620),
        ),
        (
            "Fonte do Carme",
            "Carballeira do Rei",
            "Monte do Gozo",
            "Rúa do Muíño",
            "Ponte Vella",
            "Souto de Abaixo",
            "Regato da Lagoa",
            "Cruceiro de Lameiros",
            "Praza do Convento",
            "Camiño da Fraga",
        ),
        ("oak", "eucalyptus", "chestnut", "pine"),
        0.05,
        1.3,
        (0.20, 0.12, 0.20, 0.24, 0.12, 0.12),
        (0.92, 1.02, 0.92),
        0.10,
        (84, 112, 80),
        "granite",
        ("granite", "granite", "granite", "granite", "post"),
        ("roofed", "posts", "lectern"),
        ("yellow", "red", "arrows"),
        ("wood", "wood", "primary"),
    ),
    Region(
        "Navarra",
        (
            Town("Roncesvalles", 43.0095, -1.3197),
            Town("Zubiri", 42.9300, -1.5040),
            Town("Pamplona", 42.8125, -1.6458),
            Town("Puente la Reina", 42.6720, -1.8145),
            Town("Estella", 42.6713, -2.0316),
        ),
        (
            "Puente de la Magdalena",
            "Río Arga",
            "Alto de Erro",
            "Calle de San Antón",
            "Soto de Lezkairu",
            "Monte San Cristóbal",
            "Fuente del Vino",
            "Ermita de San Nicolás",
            "Camino de Zandio",
            "Plaza de los Fueros",
        ),
        ("oak", "chestnut", "poplar", "pine"),
        0.2,
        1.1,
        (0.28, 0.14, 0.22, 0.20, 0.06, 0.10),
        (0.96, 1.0, 0.92),
        0.14,
        (92, 112, 92),
        "ochre",
        ("concrete", "granite", "concrete"),
        ("metal", "roofed", "totem"),
        ("red", "red", "arrows", "yellow"),
        ("primary", "steel", "wood"),
    ),
    Region(
        "Segovia",
        (
            Town("Segovia", 40.9429, -4.1088),
            Town("Santa María la Real de Nieva", 41.0690, -4.4060),
            Town("Coca", 41.2170, -4.5220),
            Town("Zamarramala", 40.9640, -4.1440),
        ),
        (
            "Valle del Eresma",
            "Pinar de Coca",
            "Fuente de la Teja",
            "Calle Real",
            "Alameda del Parral",
            "Cañada Leonesa",
            "Arroyo Clamores",
            "Peñas Grajeras",
            "Plaza Mayor",
            "Camino de Hontoria",
        ),
        ("pine", "poplar", "oak"),
        0.6,
        1.15,
        (0.42, 0.18, 0.18, 0.14, 0.04, 0.04),
        (1.04, 0.98, 0.88),
        0.12,
        (124, 120, 116),
        "ochre",
        ("post", "granite", "concrete"),
        ("posts", "lectern", "roofed"),
        ("yellow", "arrows", "green"),
        ("wood", "primary"),
    ),
    Region(
        "Madrid",
        (
            Town("Madrid", 40.4153, -3.6845),
            Town("Cercedilla", 40.7405, -4.0560),
            Town("Colmenar Viejo", 40.6590, -3.7676),
            Town("Tres Cantos", 40.6009, -3.7080),
            Town("Manzanares el Real", 40.7270, -3.8610),
        ),
        (
            "Parque del Oeste",
            "Casa de Campo",
            "Arroyo de Tejada",
            "Calle de Bravo Murillo",
            "La Pedriza",
            "Dehesa de Navalvillar",
            "Cuña Verde",
            "Calzada Romana",
            "Plaza de la Remonta",
            "Senda Ecológica",
        ),
        ("pine", "plane", "oak", "cypress"),
        0.5,
        0.8,
        (0.46, 0.20, 0.16, 0.12, 0.02, 0.04),
        (1.02, 0.98, 0.92),
        0.09,
        (116, 118, 126),
        "brick",
        ("concrete", "post"),
        ("metal", "totem", "posts"),
        ("red", "yellow", "arrows", "green"),
        ("steel", "primary", "pastel"),
    ),
    Region(
        "Alcalá de Henares",
        (Town("Alcalá de Henares", 40.4818, -3.3643),),
        (
            "Parque O'Donnell",
            "Ribera del Henares",
            "Cerro del Viso",
            "Calle Libreros",
            "Los Gigantones",
            "Isla del Colegio",
            "Plaza de Cervantes",
            "Parque de la Duquesa",
            "Campo del Ángel",
            "Paseo de Aguadores",
        ),
        ("plane", "pine", "cypress", "poplar"),
        0.55,
        0.65,
        (0.50, 0.18, 0.14, 0.12, 0.03, 0.03),
        (1.04, 0.98, 0.90),
        0.08,
        (150, 130, 102),
        "brick",
        ("post", "concrete"),
        ("totem", "metal", "lectern"),
        ("green", "red", "arrows"),
        ("primary", "pastel", "steel"),
    ),
    Region(
        "Guadalajara",
        (
            Town("Guadalajara", 40.6333, -3.1667),
            Town("Sigüenza", 41.0689, -2.6436),
            Town("Brihuega", 40.7606, -2.8714),
            Town("Jadraque", 40.9275, -2.9264),
            Town("Hita", 40.8236, -3.0483),
            Town("Atienza", 41.1983, -2.8703),
        ),
        (
            "Barranco del Río Dulce",
            "Peña Hueca",
            "Fuente de los Doce Caños",
            "Calle Mayor",
            "La Alameda",
            "Cerro del Castillo",
            "Ruta de Don Quijote",
            "Camino de Valdenoches",
            "Arroyo del Alamín",
            "Pinar de Barbatona",
        ),
        ("poplar", "oak", "pine", "olive"),
        0.75,
        1.15,
        (0.46, 0.20, 0.16, 0.12, 0.03, 0.03),
        (1.08, 0.96, 0.86),
        0.07,
        (158, 136, 100),
        "ochre",
        ("post", "post", "post", "concrete"),
        ("posts", "roofed", "metal"),
        ("yellow", "green", "arrows", "red"),
        ("primary", "wood", "pastel"),
    ),
    Region(
        "Valencia",
        (
            Town("Valencia", 39.4699, -0.3763),
            Town("Sagunto", 39.6800, -0.2780),
            Town("Xàtiva", 38.9890, -0.5180),
            Town("Requena", 39.4880, -1.1000),
        ),
        (
            "Jardín del Turia",
            "Barranco de Carraixet",
            "Vía Verde de Ojos Negros",
            "Carrer Major",
            "Font de la Salut",
            "Serra Calderona",
            "Plaça de l'Ajuntament",
            "Camí de la Mar",
            "Parc de Capçalera",
            "Assut de Moncada",
        ),
        ("palm", "pine", "olive", "cypress"),
        0.55,
        0.75,
        (0.54, 0.20, 0.14, 0.07, 0.02, 0.03),
        (1.06, 0.98, 0.90),
        0.09,
        (128, 128, 112),
        "white",
        ("concrete", "post"),
        ("metal", "lectern", "totem"),
        ("green", "yellow", "red", "arrows"),
        ("pastel", "primary", "steel"),
    ),
)


def region_named(name: str) -> Region:
    """The region with this name."""
    return next(region for region in REGIONS if region.name == name)


def shifted(latitude: float, longitude: float, east: float, north: float) -> tuple[float, float]:
    """The position `east` and `north` metres from another, degrees."""
    across = METRES_PER_DEGREE * math.cos(math.radians(latitude))
    return latitude + north / METRES_PER_DEGREE, longitude + east / across


assert all(len(region.weather) == len(WEATHERS) for region in REGIONS)
