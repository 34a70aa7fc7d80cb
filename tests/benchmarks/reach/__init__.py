"""How far the widgets reach: each module here measures one of them; see figures.py."""
