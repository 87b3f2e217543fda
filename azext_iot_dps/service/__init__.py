"""The thin REST client of the service API. It knows no command line option and no error class of azure-cli."""
