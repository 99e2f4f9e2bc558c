"""The appliance: what a visit is. Imports no Kivy and no device library."""
