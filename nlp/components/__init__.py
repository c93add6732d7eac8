"""spaCy components, one per module; `nlp.build.COMPONENTS` lists them in order."""
