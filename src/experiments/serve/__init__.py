"""`hito serve`: a local web page to review a photo, search the existing points and see their map."""
