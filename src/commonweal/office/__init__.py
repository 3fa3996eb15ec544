"""What every room shares: refusals, the form of a page, encryption, triggers, texts. It knows no
other room, and has no table."""
