"""What the stages and the server raise on purpose: told in one sentence, exit status 1."""

from crawler import CrawlerError
from crawler.files import FolderBusyError
from dataset import DatasetError
from flows.server import ServerError
from nn import NNError

FAILURES = (CrawlerError, DatasetError, NNError, FolderBusyError, ServerError)
