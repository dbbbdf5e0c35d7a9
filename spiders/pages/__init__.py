"""Page objects: sites whose pages the generic extractor cannot read. One module a site, old layouts stay.

A page object is a web-poet class bound by ``@handle_urls("example.com", to_return=PageArticle)``, with the
day of its layout in ``LAYOUT``. Its ``to_item`` gives what it knows, the generic extractor the rest. It raises
``UseFallback`` where a page has another layout: the next older class is tried, in the end the generic one.
"""

from tldextract import tldextract

from spiders.pages.item import PageArticle

# web-poet's registry asks tldextract for domains, which would fetch its list from the network; the
# bundled one will do.
tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

__all__ = ["PageArticle"]
