"""Where an anchor's money goes: lines with who was paid and where that is, and what follows."""
