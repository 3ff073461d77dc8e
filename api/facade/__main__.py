"""`python -m huanwei`: the same as the command `huanwei`."""

from api.cli import main

main()
