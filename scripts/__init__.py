"""What prepares a machine; the standard library is all that may be imported here."""
