import base64
import io

import numpy as np
import pytest
from PIL import Image

from components.figures import data_uri


@pytest.mark.parametrize("name", ["WEBP", "JPEG", "PNG"])
def test_the_uri_contains_the_image(name):
    image = Image.fromarray(np.full((4, 6, 3), 200, np.uint8))
    head, _, data = data_uri(image, name).partition(",")
    assert head == f"data:image/{name.lower()};base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as decoded:
        assert (decoded.format, decoded.size) == (name, (6, 4))
