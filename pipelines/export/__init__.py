"""Clippings as files that others work with. Pure but for the files it is told to write; knows no database."""
