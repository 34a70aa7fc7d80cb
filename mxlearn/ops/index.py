# Written by tests/make_stubs.py from the operator registry; do not edit.
"""Which file of this folder declares which operators, aliases included; read by core/registry.py."""
INDEX = {
    "arithmetic": (
        "ElementWiseSum _Div _Hypot _Maximum _Minimum _Minus _Mod _Mul _Plus _Power _add _div _grad_add _hypot "
        "_maximum _minimum _minus _mod _mul _plus _power _sub add_n elemwise_add elemwise_div elemwise_mul "
        "elemwise_sub"
    ),
    "attention": (
        "_attention_part _attention_whole _contrib_interleaved_matmul_encdec_qk "
        "_contrib_interleaved_matmul_encdec_valatt _contrib_interleaved_matmul_selfatt_qk "
        "_contrib_interleaved_matmul_selfatt_valatt"
    ),
    "box": (
        "_backward_box_nms _contrib_bipartite_matching _contrib_box_decode _contrib_box_encode _contrib_box_iou "
        "_contrib_box_nms _contrib_box_non_maximum_suppression _rows_of"
    ),
    "broadcasting": (
        "_stretch_like _sum_like broadcast_add broadcast_axes broadcast_axis broadcast_div broadcast_hypot "
        "broadcast_like broadcast_maximum broadcast_minimum broadcast_minus broadcast_mod broadcast_mul "
        "broadcast_plus broadcast_power broadcast_sub broadcast_to"
    ),
    "columns": (
        "_im2col_backward col2im im2col"
    ),
    "comparison": (
        "_Equal _EqualScalar _Greater _GreaterEqualScalar _GreaterScalar _Greater_Equal _Lesser _LesserEqualScalar "
        "_LesserScalar _Lesser_Equal _LogicalAndScalar _LogicalOrScalar _LogicalXorScalar _Logical_And _Logical_Or "
        "_Logical_Xor _NotEqualScalar _Not_Equal _equal _equal_scalar _greater _greater_equal _greater_equal_scalar "
        "_greater_scalar _lesser _lesser_equal _lesser_equal_scalar _lesser_scalar _logical_and _logical_and_scalar "
        "_logical_or _logical_or_scalar _logical_xor _logical_xor_scalar _not_equal _not_equal_scalar broadcast_equal "
        "broadcast_greater broadcast_greater_equal broadcast_lesser broadcast_lesser_equal broadcast_logical_and "
        "broadcast_logical_or broadcast_logical_xor broadcast_not_equal"
    ),
    "contrib": (
        "_contrib_allclose _contrib_div_sqrt_dim _contrib_gradientmultiplier _contrib_quadratic"
    ),
    "conversion": (
        "Cast _copy _identity_with_attr_like_rhs amp_cast amp_multicast cast clip identity ones_like reshape_like "
        "shape_array size_array zeros_like"
    ),
    "correlation": (
        "Correlation _backward_Correlation"
    ),
    "creation": (
        "_arange _contrib_arange_like _empty _eye _full _linspace _ones _zeros"
    ),
    "crop": (
        "Crop _crop_backward"
    ),
    "deformable": (
        "_backward_DeformableConvolution _backward_ModulatedDeformableConvolution _contrib_DeformableConvolution "
        "_contrib_ModulatedDeformableConvolution"
    ),
    "density": (
        "_gather_parameter _random_pdf_dirichlet _random_pdf_exponential _random_pdf_gamma "
        "_random_pdf_generalized_negative_binomial _random_pdf_negative_binomial _random_pdf_normal "
        "_random_pdf_poisson _random_pdf_uniform _spread_parameter random_pdf_dirichlet random_pdf_exponential "
        "random_pdf_gamma random_pdf_generalized_negative_binomial random_pdf_negative_binomial random_pdf_normal "
        "random_pdf_poisson random_pdf_uniform"
    ),
    "device": (
        "_CrossDeviceCopy _copyto"
    ),
    "dot": (
        "_dot_left_gradient _dot_right_gradient _khatri_rao_gradient batch_dot dot khatri_rao"
    ),
    "elementwise": (
        "_contrib_isfinite _contrib_isinf _contrib_isnan _contrib_round_ste _contrib_sign_ste abs arccos arccosh "
        "arcsin arcsinh arctan arctanh cbrt ceil cos cosh degrees digamma erf erfinv exp expm1 fix floor gamma "
        "gammaln log log10 log1p log2 logical_not negative radians rcbrt reciprocal rint round rsqrt sign sin sinh "
        "sqrt square tan tanh trigamma trunc"
    ),
    "fft": (
        "_contrib_fft _contrib_ifft"
    ),
    "finite": (
        "all_finite multi_all_finite"
    ),
    "gathering": (
        "_advanced_index _advanced_index_backward _backward_gather_nd _gather_nd_backward _scatter_set_nd gather_nd "
        "scatter_nd"
    ),
    "hawkes": (
        "_backward_hawkesll _contrib_hawkesll"
    ),
    "image": (
        "_image_adjust_lighting _image_crop _image_flip_left_right _image_flip_top_bottom _image_normalize "
        "_image_random_brightness _image_random_color_jitter _image_random_contrast _image_random_flip_left_right "
        "_image_random_flip_top_bottom _image_random_hue _image_random_lighting _image_random_saturation "
        "_image_resize _image_to_tensor"
    ),
    "indexing": (
        "Embedding _contrib_SparseEmbedding _pick_backward _sparse_Embedding _take_backward batch_take "
        "choose_element_0index one_hot pick take"
    ),
    "joining": (
        "Concat SliceChannel _concat_backward _split_v2 concat split stack"
    ),
    "linalg": (
        "_linalg_det _linalg_gelqf _linalg_gemm _linalg_gemm2 _linalg_inverse _linalg_inverse_or_zero _linalg_potrf "
        "_linalg_potri _linalg_slogdet _linalg_sumlogdiag _linalg_syevd _linalg_syrk _linalg_trmm _linalg_trsm "
        "linalg_det linalg_gelqf linalg_gemm linalg_gemm2 linalg_inverse linalg_potrf linalg_potri linalg_slogdet "
        "linalg_sumlogdiag linalg_syevd linalg_syrk linalg_trmm linalg_trsm"
    ),
    "linalg_parts": (
        "_linalg_extractdiag _linalg_extracttrian _linalg_makediag _linalg_maketrian _linalg_transpose "
        "_linalg_triangle linalg_extractdiag linalg_extracttrian linalg_makediag linalg_maketrian"
    ),
    "loss": (
        "LinearRegressionOutput LogisticRegressionOutput MAERegressionOutput SVMOutput Softmax SoftmaxOutput "
        "_backward_RegressionOutput _backward_SVMOutput _backward_SoftmaxOutput _backward_softmax_cross_entropy "
        "smooth_l1 softmax_cross_entropy"
    ),
    "loss_ctc": (
        "CTCLoss _backward_CTCLoss _contrib_CTCLoss _contrib_ctc_loss ctc_loss"
    ),
    "loss_make": (
        "BlockGrad MakeLoss _backward_MakeLoss make_loss stop_gradient"
    ),
    "multibox": (
        "_contrib_MultiBoxDetection _contrib_MultiBoxPrior _contrib_MultiBoxTarget"
    ),
    "nn_activation": (
        "Activation LeakyReLU _backward_relu _scale_channels _sum_to_channels hard_sigmoid relu sigmoid softsign"
    ),
    "nn_batch_norm": (
        "_contrib_BatchNormWithReLU _contrib_SyncBatchNorm"
    ),
    "nn_convolution": (
        "Convolution Convolution_v1 _backward_Convolution_data _backward_Convolution_weight"
    ),
    "nn_cross_entropy": (
        "_backward_classifier_loss _classifier_loss"
    ),
    "nn_deconvolution": (
        "Deconvolution _backward_Deconvolution_data _backward_Deconvolution_weight"
    ),
    "nn_dense": (
        "Dropout FullyConnected"
    ),
    "nn_legacy": (
        "BatchNorm_v1 Pooling_v1"
    ),
    "nn_normalization": (
        "BatchNorm GroupNorm InstanceNorm LayerNorm _backward_BatchNorm _backward_GroupNorm _backward_InstanceNorm "
        "_backward_LayerNorm"
    ),
    "nn_pooling": (
        "Pooling _backward_Pooling_lp _backward_Pooling_max _backward_Pooling_mean _pooling_select"
    ),
    "nn_resize": (
        "_backward_contrib_AdaptiveAvgPooling2D _backward_contrib_BilinearResize2D _contrib_AdaptiveAvgPooling2D "
        "_contrib_BilinearResize2D"
    ),
    "nn_response": (
        "L2Normalization LRN _backward_LRN"
    ),
    "nn_rnn": (
        "RNN _backward_RNN _rnn_param_concat"
    ),
    "nn_softmax": (
        "SoftmaxActivation _backward_log_softmax _backward_softmax _cast_like log_softmax softmax softmin"
    ),
    "nn_upsampling": (
        "UpSampling _backward_UpSampling _backward_UpSampling_bilinear"
    ),
    "numpy_ops": (
        "_np_reshape _npi_arctan2 _npi_einsum _npi_einsum_back _npi_matmul _npi_reshape"
    ),
    "optimizer_adamw": (
        "_adamw_update _mp_adamw_update"
    ),
    "optimizer_adaptive": (
        "_adadelta_update _adamax_update _contrib_group_adagrad_update _nadam_update _sparse_adagrad_update "
        "adam_update ftml_update ftrl_update rmsprop_update rmspropalex_update"
    ),
    "optimizer_layerwise": (
        "lamb_update_phase1 lamb_update_phase2 mp_lamb_update_phase1 mp_lamb_update_phase2 multi_lars multi_sum_sq"
    ),
    "optimizer_op": (
        "_dcasgd_mom_update _dcasgd_update mp_nag_mom_update mp_sgd_mom_update mp_sgd_update multi_sgd_update "
        "nag_mom_update sgd_mom_update sgd_update signsgd_update signum_update"
    ),
    "ordering": (
        "_put_along _take_along argsort sort topk"
    ),
    "pixels": (
        "depth_to_space space_to_depth"
    ),
    "proposal": (
        "_contrib_MultiProposal _contrib_Proposal"
    ),
    "random": (
        "_random_exponential _random_exponential_like _random_gamma _random_gamma_like "
        "_random_generalized_negative_binomial _random_generalized_negative_binomial_like _random_negative_binomial "
        "_random_negative_binomial_like _random_normal _random_normal_like _random_poisson _random_poisson_like "
        "_random_randint _random_uniform _random_uniform_like normal random_exponential random_gamma "
        "random_generalized_negative_binomial random_negative_binomial random_normal random_poisson random_randint "
        "random_uniform uniform"
    ),
    "reduce": (
        "_nan_to_one _np_cumsum _prod_of_others _unreduce argmax argmax_channel argmin cumsum max max_axis mean min "
        "min_axis moments nanprod nansum norm prod sum sum_axis"
    ),
    "repeating": (
        "Pad _diag_backward _pad_backward _repeat_backward _tile_backward diag pad repeat tile"
    ),
    "roi": (
        "ROIPooling _backward_PSROIPooling _backward_ROIAlign _backward_ROIPooling _contrib_PSROIPooling "
        "_contrib_ROIAlign _read_maxima"
    ),
    "roi_deformable": (
        "_backward_DeformablePSROIPooling _contrib_DeformablePSROIPooling"
    ),
    "roi_rotated": (
        "_contrib_RROIAlign"
    ),
    "sample": (
        "_add_to_rows _read_rows _sample_exponential _sample_gamma _sample_generalized_negative_binomial "
        "_sample_multinomial _sample_negative_binomial _sample_normal _sample_poisson _sample_uniform _shuffle "
        "sample_exponential sample_gamma sample_generalized_negative_binomial sample_multinomial "
        "sample_negative_binomial sample_normal sample_poisson sample_uniform shuffle"
    ),
    "scalar": (
        "_DivScalar _HypotScalar _MaximumScalar _MinimumScalar _MinusScalar _ModScalar _MulScalar _PlusScalar "
        "_PowerScalar _RDivScalar _RMinusScalar _RModScalar _RPowerScalar _div_scalar _hypot_scalar _maximum_scalar "
        "_minimum_scalar _minus_scalar _mod_scalar _mul_scalar _plus_scalar _power_scalar _rdiv_scalar _rminus_scalar "
        "_rmod_scalar _rpower_scalar"
    ),
    "selection": (
        "_boolean_mask_backward _contrib_boolean_mask _contrib_index_array _contrib_index_copy _histogram "
        "_ravel_multi_index _sparse_where _unravel_index fill_element_0index ravel_multi_index unravel_index where"
    ),
    "sequence": (
        "SequenceLast SequenceMask SequenceReverse _sequence_last_backward"
    ),
    "shape": (
        "Flatten Reshape SwapAxis expand_dims flatten flip reshape reverse squeeze swapaxes transpose"
    ),
    "sketch": (
        "_backward_count_sketch _contrib_count_sketch"
    ),
    "slicing": (
        "_basic_slice _basic_slice_backward _crop_assign _crop_assign_scalar _slice_assign _slice_assign_scalar "
        "_slice_axis_backward _slice_backward _slice_like_backward crop slice slice_axis slice_like"
    ),
    "sparse": (
        "_embedding_rows _sparse_retain cast_storage"
    ),
    "sparseness": (
        "IdentityAttachKLSparseReg"
    ),
    "spatial": (
        "BilinearSampler GridGenerator SpatialTransformer _backward_BilinearSampler _backward_GridGenerator"
    ),
}
