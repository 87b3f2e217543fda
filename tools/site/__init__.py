"""`make site`: the documents as a site of static files, checked to be whole and to load nothing from elsewhere."""
