// Keys in PEM made for these tests alone with the openssl command line; the private ones open nothing
// anywhere.
#pragma once

#include <string_view>

namespace gateway::toolkit::samples {

// Self-signed with SHA-1, as Google publishes its keys.
constexpr std::string_view kRsaCertificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIDDzCCAfegAwIBAgIUSoFsYtrFDA3bFwlPXKy4tntUH7EwDQYJKoZIhvcNAQEF\n"
    "BQAwFzEVMBMGA1UEAwwMdGVzdC5pbnZhbGlkMB4XDTI2MTEyMzEyMDgyNFoXDTM2\n"
    "MTEyMDEyMDgyNFowFzEVMBMGA1UEAwwMdGVzdC5pbnZhbGlkMIIBIjANBgkqhkiG\n"
    "9w0BAQEFAAOCAQ8AMIIBCgKCAQEAkK96U98puuWB8rVDjgM3M9DmyCcfE2PdTO9g\n"
    "UkRDo3uJR5j7Caz/Jpg2vw4gS6lZfa7YogUdB4KUX8Pn+vnpxYSqjYjZUX8ihuLa\n"
    "tzxR59kSNpuMGw7PoSlz3v5eBactbQqelMUmSuGM5SUzE4m/KORlUI2yEQuD8z7A\n"
    "3RJJqSNiCxc1pVOUNp045HjdWGp6AcWJattd4NjaCa6CQW5d8nrn56BcvjI0ovsW\n"
    "7GfSsK+7ZN8MUwB2BQoLvYLA9888m6HwG1KnlUTKPnYghWj5SsyGanu70TydkUs4\n"
    "o+hJqQLpi+lfCQVdZgwSMhvunCskqMN5W00VKH9CNp/NIZ8/XQIDAQABo1MwUTAd\n"
    "BgNVHQ4EFgQUT9FEHZ5QfDg3jEgNsvs1xCGQKfUwHwYDVR0jBBgwFoAUT9FEHZ5Q\n"
    "fDg3jEgNsvs1xCGQKfUwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQUFAAOC\n"
    "AQEAPHu3mFYDsm+ebasiWjAareOoMvAuACqT+wiISqVdWl6OMzNxFGcu5iT4+56S\n"
    "4FN/zVHyS+f8Ml4nmg1Oh5bEFZDFzrSCQaXp38USHCm1z7L7IyqW2WyZoNqV3HoL\n"
    "zR5VASkUQTOrVIlZwdreFcCCX9xAaqKKQ5W6XeLvdT8t5lck3+oBmTylb/YNF/x+\n"
    "lcscsOH7dah6H78rrwEf9NsrgLedrpOYJjyUl+iu4iIjtyzEEntXDSBQVTmABZ7r\n"
    "R9cofVYFyMvVtov/RDjRVwTdZjyDi2i1iIkYZGaxwuM8IQNtINCZYbOJ5n+YO02b\n"
    "uE3j7dOwMl+EtP9AX3ws7p3HWg==\n"
    "-----END CERTIFICATE-----\n";

// The key of kRsaCertificate.
constexpr std::string_view kRsaSpki =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAkK96U98puuWB8rVDjgM3\n"
    "M9DmyCcfE2PdTO9gUkRDo3uJR5j7Caz/Jpg2vw4gS6lZfa7YogUdB4KUX8Pn+vnp\n"
    "xYSqjYjZUX8ihuLatzxR59kSNpuMGw7PoSlz3v5eBactbQqelMUmSuGM5SUzE4m/\n"
    "KORlUI2yEQuD8z7A3RJJqSNiCxc1pVOUNp045HjdWGp6AcWJattd4NjaCa6CQW5d\n"
    "8nrn56BcvjI0ovsW7GfSsK+7ZN8MUwB2BQoLvYLA9888m6HwG1KnlUTKPnYghWj5\n"
    "SsyGanu70TydkUs4o+hJqQLpi+lfCQVdZgwSMhvunCskqMN5W00VKH9CNp/NIZ8/\n"
    "XQIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

constexpr std::string_view kP256Spki =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEzWS3S8s3nyM+k420ypyJMjZMV2ET\n"
    "KMlzdjKNBXtXWlegTxmDq3TH0UaQs5jLUGFt6FGqHaO2YA+FrvyL7pi2gg==\n"
    "-----END PUBLIC KEY-----\n";

constexpr std::string_view kEd25519Spki =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEA/P+2j+IhM59v63m1U3pU/Yl4jxaeBwRFUgtCXIc71QE=\n"
    "-----END PUBLIC KEY-----\n";

constexpr std::string_view kRsa1024Spki =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDM19HCk+TDoOseagb7R2oEKEoA\n"
    "zkfFzq9HnaUrbU9zfi8f4Lg96fz9XwHRtgfgt4GfB1WPAHkiO8KQsiiLmd2CHK16\n"
    "O/DqzVRWLCkRBQIol0U63/HBdVsvqPNEuAAFLWAONe9K4ACfXD0bTagmyOd1H2SW\n"
    "rG6m925h17el1m8WYwIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

constexpr std::string_view kRsaPssSpki =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIDALBgkqhkiG9w0BAQoDggEPADCCAQoCggEBAIx2mMOdPZfqHVQS+eBeED4A\n"
    "pRdi9LynVGIoCq7rGieBZM+iDjyjrgkPpOXxwbZlQ4ul1+mOEnU40wYMvasX1bmB\n"
    "fEbmMOEuQo2HXWhoGnzWtnenNY9YaVzEUss7VOsv23LppS6zF/gYFam2xJpvaYf8\n"
    "mvAtbLl3sVxpMi39Q2mqXxWGRVN/mrnVuA+rP7c9LTu+9oDlUDWyoZO2gCUacTeu\n"
    "0HsQF8yz02wE6crm2Ze+ieToffKazbjYvNBWJaLaD6kCBBGUu6iaqWMERq1pp4s4\n"
    "7QvM9/bcUGsHN8vmTlI5Yi6z+n3wL2GrQFCaL8xCExE1xs+qBf33bn0nnYsA4sMC\n"
    "AwEAAQ==\n"
    "-----END PUBLIC KEY-----\n";

constexpr std::string_view kP384Spki =
    "-----BEGIN PUBLIC KEY-----\n"
    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAERO9ffW5/6ilOsGPwtuOFGzl54Zgmak7r\n"
    "hrWNn64SFgg9wCam9bNXVk8U66so0MQFoqgnBEyi5Q7aSiX0WPd9b2K10aGri7gx\n"
    "bx69rtAMHF6zUndfbzB1vbuXT9LrIedU\n"
    "-----END PUBLIC KEY-----\n";

// P-256, but spelled out as curve parameters (the form of CVE-2020-0601).
constexpr std::string_view kP256ExplicitSpki =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBSzCCAQMGByqGSM49AgEwgfcCAQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAA\n"
    "AAAAAAAAAAAA////////////////MFsEIP////8AAAABAAAAAAAAAAAAAAAA////\n"
    "///////////8BCBaxjXYqjqT57PrvVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSd\n"
    "NgiG5wSTamZ44ROdJreBn36QBEEEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5\n"
    "RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA\n"
    "//////////+85vqtpxeehPO5ysL8YyVRAgEBA0IABAUd3Zn0sBgqp9H7wdEqzKBP\n"
    "pl6m3cadp43Xi7meH5roZtHJjqlfQTtWDIhA9hf1eeAJpHOnzCQUadaCT9kGbyw=\n"
    "-----END PUBLIC KEY-----\n";

constexpr std::string_view kP256Pkcs8 =
    "-----BEGIN "
    "PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQggmOt3x/vrFy64xDi\n"
    "UJFIQjZlxkw0OkYqKaivQCDgyZGhRANCAATkED2ttaQcZwaQwqa3xbkKnQVOiCZA\n"
    "DC1SaxRfuD6c8cmg3gCaMjYck0YPYlbfu78a3jrnc/WyllpardNIFnNy\n"
    "-----END PRIVATE KEY-----\n";

// kP256Pkcs8 with one bit of its scalar changed: the public half belongs to another key.
constexpr std::string_view kP256MismatchedPkcs8 =
    "-----BEGIN "
    "PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQggmOt3x/vrFy64xDi\n"
    "UJFIQjZlxkw1OkYqKaivQCDgyZGhRANCAATkED2ttaQcZwaQwqa3xbkKnQVOiCZA\n"
    "DC1SaxRfuD6c8cmg3gCaMjYck0YPYlbfu78a3jrnc/WyllpardNIFnNy\n"
    "-----END PRIVATE KEY-----\n";

constexpr std::string_view kRsa1024Pkcs8 =
    "-----BEGIN "
    "PRIVATE KEY-----\n"
    "MIICdQIBADANBgkqhkiG9w0BAQEFAASCAl8wggJbAgEAAoGBAMGtkgI/iy6hD5h6\n"
    "uXvljAKZvlh2c2cXht8WlGPFR+ETWxssVZOBbAwM1xSSVFoxtEej0gDRDE6VcMzg\n"
    "EzKVHAOON3K0FzW7t9K6R6EDr2FAAVKrwO7VUJ4JCuofAclsNTdcVvmBKvjkIaxL\n"
    "kfhbMIcztyAFnx9w6GH4AumIioFBAgMBAAECgYA2t2WfkvosQz5XspxCX3htp6e5\n"
    "8ETsJB5rWkKz6SFEeiZsB9tpX8/5m4sL+ccw8AfhkWub5XNXpCqJBukFilCuRe3C\n"
    "QsPbM4Z4XM5RnZD8Rk/tRUZgpC+kz3iNiCC3PH1H50U01yGRqfrv4zDVkr19FQuB\n"
    "rmaQg1l/jZUw7T6hAQJBAPfp/xAPC1A7tAjRzP6fu76wdfBs7oWRZBANWk8lDgVf\n"
    "qBHUo5WRrU6XHlDtTzJ8jOwGBq2HyZVTBXNwYHWuIvECQQDH/rhksMSfej2z18Ur\n"
    "62GnXSx3lSAzpbdkciztp7rDSSUYTZluWf/x5RDG9o8kpqa35oruXo66VIsj31zr\n"
    "UqNRAkAwuPw3270Nd65aTWFMaXgsceG77qyx83EG9pjZFR88TyBo4LGFo6u71ldO\n"
    "8FSwR2oquMR3NkiX4Ekh9uP+PMsBAkBXflEvA8JRPopF5myFBUnIjVOJ0TywO5xa\n"
    "njSXl9x12McYtcIc69Sz/5FyaaU/1IR1Sa+YDtgEHj5s6Cffb1yxAkAPE5xr7KMU\n"
    "gg/rNjA+Cpfk8wlAnwn4WG+cl5QN2veDJl72zfVJr2JBdXlSoD4zLDrStgpcWtaY\n"
    "H76XLT9G2m0O\n"
    "-----END PRIVATE KEY-----\n";

constexpr std::string_view kEncryptedPkcs8 =
    "-----BEGIN "
    "ENCRYPTED PRIVATE KEY-----\n"
    "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAi1Ue79XwoJSAICCAAw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEECBGwC4J1XK5aLHTIKCOpUMEgZBr\n"
    "MGUCoHmC/BmMPKCQhh0NcfnGq0GghjzdaXjcy4AMw5P74Pe41hVHAjr/SzkeNE2v\n"
    "GFnY3enZnnbHZOWzfoEMa8uvoYdZcuHrD1lVEKWcL0CUVXwxhebTTX47uuKmEA+E\n"
    "iKOG0vhLS8ZD5kaypbZpLj0zavh8782llrBY/G7Tk2jc0i/MWeQq8frEIPegsOY=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

}  // namespace gateway::toolkit::samples
