//! Prints a service's tables as the service model that botocore and the AWS CLI read (`service-2.json`).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{ErrorName, Kind, Number, OperationShape, Shape, Wire};

/// What a service model says about the service itself.
#[derive(Debug, Clone, Copy)]
pub struct Service {
    /// `YYYY-MM-DD`.
    pub api_version: &'static str,
    /// First label of AWS's host name for it.
    pub endpoint_prefix: &'static str,
    /// A person's name for it.
    pub full_name: &'static str,
    /// The SDKs' name for it.
    pub service_id: &'static str,
    /// The name in the signature's scope.
    pub signing_name: &'static str,
    /// What stands before the point in `X-Amz-Target`.
    pub target_prefix: &'static str,
    /// Its operations.
    pub operations: &'static [&'static OperationShape],
}

/// The service model of `service`: metadata, operations, shapes.
pub fn service_model(service: &Service) -> Value {
    let mut shapes = BTreeMap::new();
    let mut operations = Map::new();
    for operation in service.operations {
        add_shapes(operation.input, &mut shapes);
        add_shapes(operation.output, &mut shapes);
        for error in operation.errors {
            add_shapes(<String as Wire>::SHAPE, &mut shapes);
            shapes.entry(error.as_str()).or_insert_with(|| error_model(*error));
        }
        operations.insert(operation.name.to_owned(), operation_model(operation));
    }
    json!({
        "version": "2.0",
        "metadata": {
            "apiVersion": service.api_version,
            "endpointPrefix": service.endpoint_prefix,
            "jsonVersion": "1.1",
            "protocol": "json",
            "protocols": ["json"],
            "serviceFullName": service.full_name,
            "serviceId": service.service_id,
            "signatureVersion": "v4",
            "signingName": service.signing_name,
            "targetPrefix": service.target_prefix,
            "uid": format!("{}-{}", service.service_id.to_lowercase(), service.api_version),
            "auth": ["aws.auth#sigv4"],
        },
        "operations": operations,
        "shapes": shapes,
    })
}

fn operation_model(operation: &OperationShape) -> Value {
    let errors: Vec<Value> = operation.errors.iter().map(|error| json!({"shape": error.as_str()})).collect();
    let mut model = json!({
        "name": operation.name,
        "http": {"method": "POST", "requestUri": "/"},
        "input": {"shape": operation.input.name},
        "output": {"shape": operation.output.name},
        "errors": errors,
    });
    if !operation.documentation.is_empty() {
        let text: Vec<&str> = operation.documentation.iter().map(|line| line.trim()).collect();
        model["documentation"] = format!("<p>{}</p>", text.join(" ")).into();
    }
    model
}

fn error_model(error: ErrorName) -> Value {
    debug_assert!(error.is_modelled(), "{} is not in the model", error.as_str());
    json!({"type": "structure", "members": {"Message": {"shape": "String"}}, "exception": true})
}

fn add_shapes(shape: &'static Shape, shapes: &mut BTreeMap<&'static str, Value>) {
    if shapes.contains_key(shape.name) {
        return;
    }
    shapes.insert(shape.name, shape_model(shape));
    for part in shape.parts() {
        add_shapes(part, shapes);
    }
}

fn shape_model(shape: &Shape) -> Value {
    let mut model = Map::new();
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            model.insert(key.to_owned(), value);
        }
    };
    match shape.kind {
        Kind::Structure(members) => {
            put("type", "structure".into());
            let required: Vec<&str> =
                members.iter().filter(|member| member.required).map(|member| member.name).collect();
            put("required", if required.is_empty() { Value::Null } else { required.into() });
            put("members", members_model(members));
        }
        Kind::List { of, min, max } => {
            put("type", "list".into());
            put("member", json!({"shape": of.name}));
            put("max", max.into());
            put("min", min.into());
        }
        Kind::Text { min, max, pattern, sensitive, .. } => {
            put("type", "string".into());
            put("max", max.into());
            put("min", min.into());
            put("pattern", pattern.into());
            put("sensitive", if sensitive { true.into() } else { Value::Null });
        }
        Kind::Choice(values) => {
            put("type", "string".into());
            put("enum", values.into());
        }
        Kind::Number { number, min, max } => {
            let name = match number {
                Number::Integer => "integer",
                Number::Long => "long",
                Number::Double => "double",
            };
            put("type", name.into());
            put("max", max.into());
            put("min", min.into());
        }
        Kind::Boolean => put("type", "boolean".into()),
        Kind::Timestamp => put("type", "timestamp".into()),
    }
    Value::Object(model)
}

fn members_model(members: &[super::Member]) -> Value {
    let mut model = Map::new();
    for member in members {
        let mut entry = json!({"shape": member.shape.name});
        if member.is_idempotency_token() {
            entry["idempotencyToken"] = true.into();
        }
        model.insert(member.name.to_owned(), entry);
    }
    Value::Object(model)
}
