"""Houses, blocks of flats and walls in the background."""

import numpy as np

from components.waypoints.solids import Colour, Face, Model, Solid, box, convex, point

STYLES: dict[str, tuple[tuple[Colour, ...], tuple[str, ...], tuple[Colour, ...]]] = {
    "granite": (
        ((158, 154, 146), (186, 180, 168), (214, 210, 200)),
        ("ashlar", "plaster"),
        ((84, 86, 92), (150, 90, 66)),
    ),
    "brick": (((172, 104, 78), (186, 124, 92), (206, 172, 132)), ("brick", "plaster"), ((158, 92, 66), (136, 80, 60))),
    "ochre": (
        ((214, 182, 128), (198, 160, 112), (222, 206, 172)),
        ("plaster", "ashlar"),
        ((168, 100, 68), (150, 92, 66)),
    ),
    "white": (((234, 230, 220), (240, 226, 196), (222, 196, 160)), ("plaster",), ((176, 106, 72), (160, 96, 70))),
}
"""Wall colours, wall textures and roof colours of each style."""


def _opening(x: float, z: float, wide: float, high: float, y: float, colour: Colour) -> Face:
    corners = np.array([[x, y, z + high], [x + wide, y, z + high], [x + wide, y, z], [x, y, z]])
    return Face(corners, colour, "", point(0.0, -1.0, 0.0))


def house(style: str, storeys: int, width: float, random: np.random.Generator) -> Model:
    """Build a house facing -y: walls, windows, a door and a roof, which is flat above three storeys."""
    walls, grains, roofs = STYLES[style]
    wall = walls[int(random.integers(len(walls)))]
    grain = str(random.choice(grains))
    roof = roofs[int(random.integers(len(roofs)))]
    deep, high = random.uniform(6, 9), 3.0 * storeys
    solids: list[Solid] = box((width, deep, high), (0, 0, 0), wall, grain)
    front = -deep / 2 - 0.02
    frame: Colour = (74, 82, 92) if random.random() < 0.6 else (116, 88, 62)
    columns = max(2, int(width / 2.4))
    for storey in range(storeys):
        for column in range(columns):
            x = -width / 2 + (column + 0.5) * width / columns
            if storey == 0 and column == columns // 2:
                solids.append(_opening(x - 0.55, 0.0, 1.1, 2.2, front, (98, 66, 46)))
                continue
            solids.append(_opening(x - 0.62, 3 * storey + 0.82, 1.24, 1.56, front, (226, 220, 206)))
            solids.append(_opening(x - 0.5, 3 * storey + 0.9, 1.0, 1.4, front - 0.02, frame))
    for side in (-1.0, 1.0):
        for storey in range(storeys):
            y = random.uniform(-1.5, 0.5)
            corners = np.array(
                [
                    [side * (width / 2 + 0.02), y + dy, 3 * storey + z]
                    for dy, z in ((0, 2.3), (1, 2.3), (1, 0.9), (0, 0.9))
                ]
            )
            solids.append(Face(corners, frame, "", point(side, 0.0, 0.0)))
    if storeys <= 3:
        rise, over = random.uniform(1.2, 2.0), 0.4
        w, d = width / 2 + over, deep / 2 + over
        ridge = [np.array([-w, 0, high + rise]), np.array([w, 0, high + rise])]
        eaves = [np.array([-w, -d, high]), np.array([w, -d, high]), np.array([w, d, high]), np.array([-w, d, high])]
        slopes = [
            np.stack([ridge[0], ridge[1], eaves[1], eaves[0]]),
            np.stack([ridge[1], ridge[0], eaves[3], eaves[2]]),
        ]
        solids += convex(
            [*slopes, np.stack([ridge[0], eaves[0], eaves[3]]), np.stack([ridge[1], eaves[2], eaves[1]])], roof, "roof"
        )
    return Model(solids)


def wall(length: float, height: float, colour: Colour, grain: str, thick: float = 0.35) -> list[Model]:
    """Build a wall along x in segments of about two metres."""
    count = max(1, round(length / 2.0))
    step = length / count
    pieces = Model(box((step, thick, height), (0, 0, 0), colour, grain))
    return [pieces.placed(-length / 2 + (index + 0.5) * step, 0.0) for index in range(count)]
