"""The store: where readings are kept and questions answered; outside the doors, only this room knows SQLAlchemy."""
