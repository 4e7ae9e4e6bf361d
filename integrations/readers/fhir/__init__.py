"""Reading FHIR R4: bundles, single resources and lines of bulk exports as the records of the registry. No database."""
