"""What pages have done for them: files received and looked at, runs and scores made, each in a process of its own.

::

    receive ─▶ uploads ─▶ checks ─▶ looking (a process)        what was sent, and what it looks like
                   └────▶ jobs ───▶ worker  (a process) ─▶ batch   runs and scores, and how far they are: progress

Everything known lies in folders of the workspace, so pages may be closed and opened again.
"""
