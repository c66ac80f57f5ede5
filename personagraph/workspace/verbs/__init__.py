"""What a workspace can do: each verb is a function whose first parameter is the workspace; `Workspace` names them."""
