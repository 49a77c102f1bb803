"""The Indonesian language, as far as news needs it: months, zones, names of days. Knows no outlet."""
