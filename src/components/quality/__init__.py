"""Whether a photo can be judged at all: sharpness, light, size."""

from components.quality.photo_quality import PhotoQuality, QualityCheck, blur

__all__ = ["PhotoQuality", "QualityCheck", "blur"]
