"""The bundled newsroom: small sites on loopback whose articles were written for testing."""
