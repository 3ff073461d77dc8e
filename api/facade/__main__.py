"""`python -m huanwei`: the same as the command `huanwei`."""

from api.commands.door import main

main()
