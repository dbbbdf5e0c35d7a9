"""Deals: clause by clause, who does what to whom, for which chips, how large, how sure; merged over the article."""
