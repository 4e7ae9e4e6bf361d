"""The frame around every page: navigation, context, wording, security policy of the browser."""
