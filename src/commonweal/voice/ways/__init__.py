"""Other ways to vote than online: places with staff, the telephone, paper."""
