"""`python -m huanwei`: the same as the command `huanwei`."""

from api.door import main

main()
