"""Cases: what a case module says, and finding what the packs hold."""
