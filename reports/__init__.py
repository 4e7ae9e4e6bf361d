"""What the hospital's leaders and the service centre read: figures composed from the apps below. Reads only;
defines no figure of its own.
"""
