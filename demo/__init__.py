"""The bundled newsroom: several small sites on loopback, made of sample articles written for testing."""
