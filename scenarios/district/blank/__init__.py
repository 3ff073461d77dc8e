"""Files of a new district folder, as `huanwei init` writes them (`template.py`)."""
