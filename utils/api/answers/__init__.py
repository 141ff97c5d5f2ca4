"""Answers that guests get, kept to be sent again: in this process's memory, and in Redis for all processes.

An answer is kept with the revision (``utils.revisions``) that was read before it was made, and is sent again only while
the revision is the same. So the first request after a change sees it, in every process. Only views that say so in
``kept`` have their answers kept, and only for requests that say nothing about who sends them
(``utils.api.answers.places``).
"""
