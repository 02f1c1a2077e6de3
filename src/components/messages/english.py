"""English sentences of `Message`, by key."""

ENGLISH = {
    "text": "{text}",
    # why a file is not a photo
    "empty_file": "empty file (0 bytes)",
    "side_too_short": "{width}x{height} pixels, the shorter side is below {least}",
    "too_many_pixels": "{width}x{height} pixels, more than the limit of {most:,}",
    "too_many_bytes": "{size:,} bytes, more than the limit of {most:,}",
    "no_image": "not an image (it begins with {head})",
    "cut_short": "cut short: {text}",
    "broken_image": "broken image: {text}",
    # the position in an EXIF block
    "no_exif_position": "no EXIF position",
    "unreadable": "unreadable: {why}",
    "impossible_position": "impossible EXIF position: {why}",
    "null_island": "exactly 0° N 0° E, which cameras write without a GPS fix",
    "latitude": "latitude",
    "longitude": "longitude",
    "part_missing": "no {part}",
    "no_hemisphere": "{part} without a hemisphere ({first} or {second})",
    "no_such_hemisphere": "{part} without a hemisphere ({first} or {second}): {found!r}",
    "part_of_no_degrees": "{part} {found}",
    "part_of_no_minutes": "{part} of {found} (degrees, minutes, seconds)",
    "part_off_the_globe": "{part} of {found:g} degrees",
    # a claimed position
    "nothing_claimed": "no coordinates are claimed",
    "on_no_globe": "the claimed coordinates {latitude:g}, {longitude:g} are not on the globe",
    "this_photo": "this photo",
    "the_photo": "the photo",
    "the_second_photo": "the second photo",
    "taken_at": "{name}: taken {metres:,.0f} m from the claimed position",
    "not_placed": "{name}: {why}",
    "looks_taken_there": "the claimed position fits the appearance of {name} better than {percentile:.1%} of the "
    "places in the world ({factor:.2g} times as likely as the average place)",
    # the class
    "shows_none": "shows none of the classes ({names}); the nearest is {top}",
    "shows": "shows {top} ({probability:.0%})",
    "shows_as_claimed": "shows {top} ({probability:.0%}), as claimed",
    "shows_another": "shows {top} ({probability:.0%}), not {claimed} ({share:.1%})",
    # the text
    "no_text": "there is no title and no description",
    "no_other_texts": "not checked: no existing point has a title or description to compare with",
    "fits_better_than": "title and description fit better than {share:.0%} of {count} texts of other points",
    # a duplicate
    "no_claim_to_be_near": "not checked: without coordinates it is unknown which points are near",
    "nothing_near": "no existing point is near",
    "one_near": "1 photo of existing points within {within:.0f} m; the most similar is {name}, {metres:.0f} m away "
    "({likeness})",
    "several_near": "{count} photos of existing points within {within:.0f} m; the most similar is {name}, {metres:.0f} "
    "m away ({likeness})",
    "cosine": "cosine {cosine:.2f}",
    "same_object": "the same object with probability {probability:.0%}",
    # the quality
    "good_photo": "sharp, well lit and large enough",
    "blurred": "blurred ({blur:.2f} on a scale from 0 to 1; up to {most:g} is sharp enough)",
    "dark": "dark (mean luminance {brightness:.0%}; at least {least:.0%} is expected)",
    "overexposed": "overexposed (mean luminance {brightness:.0%}; at most {most:.0%} is expected)",
    "small": "small ({width} x {height} pixels; the shorter side should have {least})",
}
