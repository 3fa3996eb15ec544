"""Who is who: public registers of organisations, in one local store."""
