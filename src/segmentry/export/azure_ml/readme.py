"""The export's README: the commands in their order, and what each costs or needs."""

from segmentry.export.azure_ml.naming import Names
from segmentry.model import SegmentModel

__all__ = ["readme"]


def readme(model: SegmentModel, names: Names, compute: str) -> str:
    """Write it for one export."""
    orders = model.built_from == "orders"
    summary = model.summary
    log = "an order log" if orders else "a customer table"
    together = (
        "\nA customer's orders may lie in several files, so up to 1,000 files of one job are read as one log. "
        "Customers are\nlooked at on the day that SEGMENTRY_AS_OF in batch-deployment.yml says: a date, or `today` "
        "(UTC) as it stands.\n"
        if orders
        else ""
    )
    more = f" --set inputs.customers.path={'CUSTOMERS'}" if model.recipe.customers else ""
    return f"""# {names.model} at Azure Machine Learning

The run {summary.run}: {summary.customers:,} customers in {summary.k} segments. {summary.verdict}. {summary.headline}.

| file | what it is |
|---|---|
| `model.yml`, `model/` | the model: one file, nothing in it is run |
| `environment-online.yml`, `environments/online/` | its container: locked versions, segmentry |
| `environment-jobs.yml`, `environments/jobs/` | the same for batches and training |
| `online-endpoint.yml`, `online-deployment.yml`, `online/` | answers requests |
| `batch-endpoint.yml`, `batch-deployment.yml`, `batch/` | scores files |
| `train.yml`, `train/` | makes the run again from newer data |
| `request.json` | a request that works |

The commands need the Azure CLI with its extension `ml`, and a workspace:

```
az login
az configure --defaults group=GROUP workspace=WORKSPACE
```

## Model and environments

```
az ml model create -f model.yml
az ml environment create -f environment-online.yml
az ml environment create -f environment-jobs.yml
```

## Online endpoint

It costs money as long as it is up. The endpoint's name must be free in your region: change it in both files, or export
again with `--endpoint NAME`.

```
az ml online-endpoint create -f online-endpoint.yml
az ml online-deployment create -f online-deployment.yml
az ml online-endpoint invoke -n {names.endpoint} --deployment {names.deployment} --request-file request.json
az ml online-endpoint update -n {names.endpoint} --traffic "{names.deployment}=100"
az ml online-endpoint delete -n {names.endpoint}
```

The third line tries it before customers see it, the fourth sends the traffic there, the last takes all of it
down. A newer run is a second deployment at the same endpoint. Requests and answers are not logged.

## Batch endpoint

It costs money while it scores; `{compute}` is a cluster of the workspace.

```
az ml compute create -n {compute} --type amlcompute --min-instances 0 --max-instances 1 --size Standard_DS3_v2
az ml batch-endpoint create -f batch-endpoint.yml
az ml batch-deployment create -f batch-deployment.yml --set-default
az ml batch-endpoint invoke -n {names.batch} --input FOLDER --input-type uri_folder
```

FOLDER holds {log} as CSV, Excel, Parquet or JSON lines, in the columns that the model was made from. The answer is a
table for each, in the job's output folder.
{together}
## Training

```
az ml job create -f train.yml --set inputs.data.path=DATA{more}
```

DATA is a file, or a data asset as `azureml:NAME@latest`. Segments keep the letters and names of this run where they are
still there. The output `run` holds the report and the next `model.segmentry`.

By `segmentry export azure-ml {summary.run} --out DIR --submit` the model, the environments and both endpoints are
made with your own login, in the workspace of `config.json` (or `--subscription`, `--group` and `--azure-workspace`).
"""
