"""spaCy factories of Chipwire, one a file. Importing this package registers them."""

from nlp.components import chips, companies, deals, sizes, tokenizer

__all__ = ["chips", "companies", "deals", "sizes", "tokenizer"]
