"""Encoders of BERT's and RoBERTa's kind, small enough to be made and trained in a test. torch is imported on use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from tests.planted_lyrics import planted_song

SIZES: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 130,
}
BERT_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
ROBERTA_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")


def some_texts() -> list[str]:
    """Lyrics to learn a vocabulary from."""
    return [planted_song(genres, seed) for seed in range(20) for genres in (("Metal",), ("Religious",), ("Hip-Hop",))]


def bert_tokenizer(texts: Sequence[str] | None = None) -> Tokenizer:
    """Lower-case word pieces between [CLS] and [SEP]; line ends leave no token."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=400, special_tokens=list(BERT_SPECIAL), show_progress=False)
    tokenizer.train_from_iterator(texts or some_texts(), trainer)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer


def roberta_tokenizer(texts: Sequence[str] | None = None) -> Tokenizer:
    """Byte pairs between <s> and </s>; a line end is a token of its own."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=500,
        special_tokens=list(ROBERTA_SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts or some_texts(), trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), True, False)
    return tokenizer


def tiny_classifier(kind: str, n_labels: int = 3, seed: int = 0) -> Any:
    """A randomly initialised sequence classifier, "bert" or "roberta", whose words differ enough to be told apart."""
    import torch
    import transformers

    torch.manual_seed(seed)
    vocabulary = {"bert": 400, "roberta": 500}[kind]
    config = transformers.AutoConfig.for_model(kind, vocab_size=vocabulary, num_labels=n_labels, **SIZES)
    model = transformers.AutoModelForSequenceClassification.from_config(config)
    for name, parameter in model.named_parameters():
        if name.endswith("weight") and parameter.ndim > 1:
            torch.nn.init.normal_(parameter, std=0.2)
    return model.eval()


def save_tiny_roberta(path: Path, seed: int = 0) -> Path:
    """A randomly initialised RoBERTa with its tokenizer, as `save_pretrained` leaves one at ``path``."""
    import torch
    import transformers

    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=roberta_tokenizer(),
        bos_token="<s>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
        model_max_length=128,
    )
    torch.manual_seed(seed)
    transformers.RobertaModel(transformers.RobertaConfig(vocab_size=500, **SIZES)).save_pretrained(path)
    tokenizer.save_pretrained(path)
    return path
