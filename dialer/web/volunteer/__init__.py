"""The volunteers' side of the API: joining by a link, working, writing down what people say."""
