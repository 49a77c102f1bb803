"""What people look at. Knows no database: it is given rows."""
