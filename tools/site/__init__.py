"""`make site`: the documents as a site of static files, and a check that it is whole and loads nothing from elsewhere."""
