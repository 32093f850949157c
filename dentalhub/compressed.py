"""Smaller answers, for long pages that hold nothing which anybody could want to guess.

Whoever may put text of their own into a compressed page and sees its size on the wire can guess what else stands in it
(BREACH). So no answer is compressed unless its view says so, and only a view whose page has no patient's value, no
token, link or code that lets somebody in, and no searched text may. The one secret of such a page, that of its
forms, Django masks anew in every answer.
"""

from django.views.decorators.gzip import gzip_page

__all__ = ["compressed"]

compressed = gzip_page
