"""Azure DPS and the Azure around it, as one HTTPS server on this machine."""
