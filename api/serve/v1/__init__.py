"""The public interface, first version: `/api/v1`. The contract is docs/api.md."""
