extension APISchemas {
  /// What is told of models.
  static let models = #"""
    {
      "modelFinding": {
        "type": "object", "required": ["pointer", "message"],
        "properties": {
          "pointer": {"type": "string", "description": "RFC 6901, into the model's item"},
          "message": {"type": "string"}, "rule": {"type": "string"},
          "remedy": {"type": "string", "description": "How to mend it"},
          "bars": {"type": "array", "items": {"enum": ["run", "promotion"]}}
        }
      },
      "modelState": {"type": "string", "enum": ["proposed", "validated", "approved", "production", "retired"]},
      "promotion": {
        "type": "object", "required": ["to"], "additionalProperties": false,
        "properties": {
          "to": {"$ref": "#/components/schemas/modelState"},
          "comment": {"type": ["string", "null"], "maxLength": 4000, "description": "Why"},
          "evidence": {"description": "Whatever the decision stands on, kept as it is"}
        }
      },
      "promotionHistory": {
        "type": "object", "required": ["collection", "id", "removed", "state", "approved", "promotions"],
        "properties": {
          "collection": {"type": "string"}, "id": {"type": "string"},
          "model": {"type": "string", "description": "mlm:name"}, "version": {"type": "string"},
          "removed": {"type": "boolean", "description": "Whether the item is gone; its history stays"},
          "state": {"type": ["string", "null"], "description": "Null where nothing was decided"},
          "approved": {"type": "boolean", "description": "Whether a person answers for the document as it is now"},
          "document_unchanged": {
            "type": "boolean", "description": "Whether the document is the one that was decided upon"
          },
          "document_sha256": {"type": "string"},
          "production": {"type": ["string", "null"], "description": "The version that is in production"},
          "registered": {
            "type": ["object", "null"], "description": "By whom the model came, and by whom its present document",
            "properties": {
              "by": {"type": "string"}, "at": {"type": "string", "format": "date-time"},
              "changed_by": {"type": "string"}, "changed_at": {"type": "string", "format": "date-time"}
            }
          },
          "promotions": {
            "type": "array",
            "items": {
              "type": "object", "required": ["number", "from", "to", "at", "by", "comment", "evidence"],
              "properties": {
                "number": {"type": "integer"}, "from": {"type": ["string", "null"]},
                "to": {
                  "type": "string", "enum": ["proposed", "validated", "approved", "production", "retired", "removed"]
                },
                "at": {"type": "string", "format": "date-time"},
                "by": {
                  "type": "object", "required": ["name", "role", "person"],
                  "properties": {
                    "name": {"type": "string"}, "role": {"type": "string"}, "person": {"type": "boolean"}
                  }
                },
                "comment": {"type": "string"}, "evidence": {"type": "object"},
                "document_sha256": {"type": "string"}, "model": {"type": "string"}, "version": {"type": "string"},
                "mlflow_aliases": {"type": "array", "items": {"type": "object"}}
              }
            }
          },
          "links": {
            "type": "array", "items": {"$ref": "#/components/schemas/link"},
            "description": "Where there may be earlier entries, a link `next` to them"
          }
        }
      },
      "modelDocument": {"type": "object", "description": "A STAC item that declares the MLM extension, or a FeatureCollection"},
      "modelReport": {
        "type": "object", "required": ["valid", "runnable", "promotable", "refusals", "warnings"],
        "properties": {
          "id": {"type": "string"},
          "mlm_version": {"type": "string", "description": "The version of the MLM extension that is declared"},
          "valid": {"type": "boolean", "description": "Whether the catalog takes it"},
          "runnable": {"type": "boolean", "description": "Whether nothing speaks against running it here"},
          "promotable": {"type": "boolean", "description": "Whether it may be promoted, as far as is known"},
          "missing": {
            "type": "array", "items": {"type": "string"},
            "description": "Of a stored model: what a promotion asks for and is not known yet"
          },
          "refusals": {"type": "array", "items": {"$ref": "#/components/schemas/modelFinding"}},
          "warnings": {"type": "array", "items": {"$ref": "#/components/schemas/modelFinding"}},
          "golden_vector": {
            "type": "object", "required": ["runtime", "state", "proofs"],
            "description": "Of a stored model: what its files have told, and whether it met its golden vector",
            "properties": {
              "runtime": {"type": "string", "description": "What predicts here now"},
              "state": {"enum": ["met", "missed", "faulty", "unread", "none", "unproved"]},
              "proofs": {
                "type": "array",
                "items": {
                  "type": "object", "required": ["state", "runtime", "at", "present"],
                  "properties": {
                    "state": {"enum": ["met", "missed", "faulty", "unread", "none"]}, "runtime": {"type": "string"},
                    "at": {"type": "string", "format": "date-time"}, "reason": {"type": "string"},
                    "present": {"type": "boolean", "description": "Whether the item is as it was then"},
                    "model_sha256": {"type": "string"}, "vector_sha256": {"type": "string"}
                  }
                }
              }
            }
          }
        }
      },
      "text": {"type": "string"},
      "containers": {
        "type": "object", "required": ["containers"],
        "properties": {
          "containers": {
            "type": "array",
            "items": {
              "type": "object", "required": ["asset", "href"],
              "properties": {
                "asset": {"type": "string"}, "href": {"type": "string"}, "registry": {"type": "string"},
                "repository": {"type": "string"}, "tag": {"type": "string"}, "digest": {"type": "string"},
                "pinned": {"type": "boolean", "description": "Whether the reference names a digest"},
                "problem": {"type": "string", "description": "Why the href is no reference"},
                "check": {
                  "type": "object", "required": ["state", "checked"],
                  "properties": {
                    "state": {"enum": ["found", "missing", "changed", "refused", "unreachable"]},
                    "checked": {"type": "string"}, "digest": {"type": "string"}, "media_type": {"type": "string"},
                    "reason": {"type": "string"}
                  }
                }
              }
            }
          }
        }
      },
      "lineage": {
        "type": "object", "required": ["root", "nodes", "edges", "limits", "links"],
        "properties": {
          "root": {"type": "string", "description": "The id of the node that was asked about"},
          "nodes": {
            "type": "array",
            "items": {
              "type": "object", "required": ["id", "kind", "state", "title", "href"],
              "properties": {
                "id": {"type": "string"},
                "kind": {"enum": ["model", "result", "item", "collection", "data", "run", "container", "code", "other"]},
                "state": {"enum": ["present", "missing", "remote"]},
                "title": {"type": "string"}, "href": {"type": "string"},
                "collection": {"type": "string"}, "item": {"type": "string"}
              }
            }
          },
          "edges": {
            "type": "array",
            "items": {
              "type": "object", "required": ["from", "to", "rel"],
              "properties": {
                "from": {"type": "string", "description": "What was made"},
                "to": {"type": "string", "description": "What it was made of, or by"},
                "rel": {"type": "string"},
                "matched": {
                  "enum": ["identifier"],
                  "description": "The link has another server's address, and what it names was found here"
                },
                "name": {
                  "type": "string", "description": "The name with a version that led to the model, such as crops@latest"
                }
              }
            }
          },
          "limits": {"type": "array", "items": {"type": "string"}, "description": "Why something is missing"},
          "links": {"$ref": "#/components/schemas/links"}
        }
      },
      "modelRun": {
        "type": "object", "required": ["state", "reasons", "declared", "run", "fetched", "checked", "age", "links"],
        "properties": {
          "state": {"enum": ["unlinked", "waiting", "ok", "missing", "drifted", "unreachable", "refused"]},
          "reasons": {"type": "array", "items": {"type": "string"}, "description": "Why the state is what it is"},
          "declared": {"type": ["object", "null"], "description": "What the item says of its run"},
          "run": {
            "type": ["object", "null"], "description": "What MLflow answered last",
            "properties": {
              "run_id": {"type": "string"}, "run_name": {"type": "string"}, "experiment_id": {"type": "string"},
              "status": {"type": "string"}, "lifecycle_stage": {"type": "string"},
              "start_time": {"type": ["string", "null"], "format": "date-time"},
              "end_time": {"type": ["string", "null"], "format": "date-time"},
              "tracking_uri": {
                "type": "string", "description": "Which of several servers has it, where the item names none"
              },
              "metrics": {"type": "object"}, "params": {"type": "object"}, "tags": {"type": "object"},
              "left_out": {"type": "object", "description": "How many more metrics, params and tags there are"},
              "registered": {"type": "object", "description": "The version in the registry, with its aliases"}
            }
          },
          "fetched": {
            "type": ["string", "null"], "format": "date-time", "description": "When MLflow last answered"
          },
          "checked": {
            "type": ["string", "null"], "format": "date-time", "description": "When MLflow was last asked"
          },
          "age": {"type": ["integer", "null"], "description": "Seconds since MLflow last answered"},
          "links": {"$ref": "#/components/schemas/links"}
        }
      },
      "registeredModel": {
        "type": "object", "required": ["outcome", "dry_run", "collection", "id", "name", "changes", "report"],
        "properties": {
          "outcome": {"enum": ["created", "updated", "unchanged"]}, "dry_run": {"type": "boolean"},
          "collection": {"type": "string"}, "id": {"type": "string"}, "name": {"type": "string"},
          "version": {"type": "string"}, "checksum": {"type": "string"},
          "changes": {
            "type": "array", "description": "What differs from what was there, as operations of a JSON Patch",
            "items": {
              "type": "object", "required": ["op", "path"],
              "properties": {"op": {"enum": ["add", "remove", "replace"]}, "path": {"type": "string"}}
            }
          },
          "report": {"$ref": "#/components/schemas/modelReport"}
        }
      },
      "modelReports": {
        "anyOf": [
          {"$ref": "#/components/schemas/modelReport"},
          {
            "type": "object", "required": ["models"],
            "properties": {"models": {"type": "array", "items": {"$ref": "#/components/schemas/modelReport"}}}
          }
        ]
      }
    }
    """#
}
