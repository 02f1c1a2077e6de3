"""The EXIF block of a rendered image: camera position, date and time, maker."""

from datetime import datetime

from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational


def _sexagesimal(degrees: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    whole = int(abs(degrees))
    minutes = int((abs(degrees) - whole) * 60)
    seconds = (abs(degrees) - whole - minutes / 60) * 3600
    return IFDRational(whole, 1), IFDRational(minutes, 1), IFDRational(round(max(0.0, seconds) * 1000), 1000)


def exif_block(latitude: float, longitude: float, taken: datetime) -> bytes:
    """Return the EXIF block as bytes for Pillow: GPS position to about 3 cm, DateTimeOriginal to the second."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "hito"
    exif[ExifTags.Base.Model] = "rendered"
    exif[ExifTags.Base.Software] = "hito waypoints (rendered, not photographed)"
    stamp = taken.strftime("%Y:%m:%d %H:%M:%S")
    exif[ExifTags.Base.DateTime] = stamp
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = stamp
    position = exif.get_ifd(ExifTags.IFD.GPSInfo)
    position[ExifTags.GPS.GPSLatitudeRef] = "N" if latitude >= 0 else "S"
    position[ExifTags.GPS.GPSLatitude] = _sexagesimal(latitude)
    position[ExifTags.GPS.GPSLongitudeRef] = "E" if longitude >= 0 else "W"
    position[ExifTags.GPS.GPSLongitude] = _sexagesimal(longitude)
    return exif.tobytes()
