"""Officers and experts: who may be sent or asked, and what keeps them away."""
