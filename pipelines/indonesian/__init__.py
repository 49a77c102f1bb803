"""The Indonesian language, as far as news needs it: dates and zones, stems, acronyms, telling it from others. Knows no outlet."""
