"""The analyst's desk: a local web application in which extracted records are checked and mended."""
