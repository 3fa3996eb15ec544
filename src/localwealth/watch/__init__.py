"""Early warning on counts: is today more than chance? Pure functions of a list of counts."""
